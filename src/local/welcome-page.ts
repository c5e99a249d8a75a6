/** The text at `/`: what this server is and what it can be asked. */
export function welcomePage(sessions: number): string {
  return `This is a HoneyHive on your machine: it takes sessions as HoneyHive does and keeps them here.
It is part of opentelemetry-exporter-honeyhive, is made for development, and sends nothing anywhere.

It has ${sessions} ${sessions === 1 ? 'session' : 'sessions'}.

GET  /sessions          all sessions, as a JSON list
GET  /v1/events/{id}    one session
POST /session/start     start a session: {"session": {...}}
POST /v1/sessions       start a session, without the wrapper
PUT  /v1/events/{id}    update a session

The /v1 and /session routes take the header Authorization: Bearer <key>.
`;
}
