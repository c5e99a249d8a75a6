// An application in CommonJS, whose copy of the package is another than the one that was preloaded.
const { trace } = require('@opentelemetry/api');
const { currentSessionId, enrichSession, withSession } = require('opentelemetry-exporter-honeyhive');

trace.getTracer('app').startActiveSpan('root', (span) => {
  withSession({ sessionName: 'said by the other' }, () => {
    enrichSession({ metadata: { tenant: 't1' } });
    console.log(currentSessionId());
  });
  span.end();
});
