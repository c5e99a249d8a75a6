// What HoneyHive adds to the session that it has stored, which is what it answers with.
export const ADDED =
  '{"event_id":"fcc7015f-00fa-5c3a-8d20-20f83b8186ef","org_id":"org-0001","workspace_id":"workspace-0001","project_id":"project-0001",' +
  '"parent_id":null,"children_ids":[],"event_type":"session","error":null,"metrics":{},"feedback":{},';

/** Tells the parent process its ports, and whenever it asks for one what has arrived there since it last did. */
export function report(ports, counts) {
  process.on('message', (port) => {
    const count = counts.get(port);
    process.send({ ...count });
    count.requests = 0;
    count.bytes = 0;
  });
  // The bench is gone, however it went.
  process.on('disconnect', () => process.exit());
  process.send(ports);
}
