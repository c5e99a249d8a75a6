// esbuild puts it in (--define:__VERSION__); from the sources there is none.
declare const __VERSION__: string;

/** The version of the package that this command was bundled for. */
export const version: string = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-development';
