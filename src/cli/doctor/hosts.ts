/** The host of a URL in lower case, empty when it is none. */
export function hostOf(url: string): string {
  return URL.canParse(url.trim()) ? new URL(url.trim()).hostname : '';
}

/** HoneyHive's own hosts: of the cloud, and of dedicated deployments. */
export function isHoneyHive(url: string): boolean {
  return /(^|\.)honeyhive\.ai$/.test(hostOf(url));
}

/** Where old clients send to by default. Source: HoneyHive's Python SDK, CHANGELOG 1.0.1. */
export function isOldHost(url: string): boolean {
  return hostOf(url) === 'api.honeyhive.ai';
}

/** A host of this machine. */
export function isLoopback(url: string): boolean {
  const host = hostOf(url);
  return host === 'localhost' || host.endsWith('.localhost') || /^127\.\d+\.\d+\.\d+$/.test(host) || host === '[::1]';
}
