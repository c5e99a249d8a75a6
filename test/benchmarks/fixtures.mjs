/** The root spans: by profile, and by the size of their sessions. */
export const FIXTURES = ['plain-2.6kb', 'plain-10kb', 'default-2.6kb', 'default-10kb'];

export const profileOf = (fixture) => fixture.split('-')[0];
export const isSmall = (fixture) => fixture.endsWith('-2.6kb');

/** The profiles: `plain` is what the mapping itself costs, `default` what users get. */
export const optionsFor = (fixture) => (fixture.startsWith('plain') ? { redaction: 'off' } : {});
