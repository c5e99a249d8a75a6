import { Command, InvalidArgumentError } from 'commander';
import { FAULT_SYNTAX, readFault } from './read-fault.js';
import { runDoctor } from './run-doctor.js';
import { runLocal } from './run-local.js';

/**
 * Default port of the command: H I V E on a telephone's keys. Not 4318, which OpenTelemetry
 * collectors take, nor 3000 or 8080, which services take.
 */
export const DEFAULT_PORT = 4483;

/** Default folder of the command, within the current one. */
export const DEFAULT_DATA_DIRECTORY = '.honeyhive';

/** The command line `opentelemetry-exporter-honeyhive`. It throws what it cannot understand as a CommanderError, having said so. */
export function createProgram(version: string): Command {
  const program = new Command('opentelemetry-exporter-honeyhive')
    .description('Tools around the OpenTelemetry exporter for HoneyHive.')
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();

  program
    .command('doctor')
    .summary('find out why no sessions arrive')
    .description(
      'Shows the options that the environment sets, looks at what is installed in this folder, and goes the way of a session: ' +
        'it resolves and connects to HoneyHive and has it check the key. Changes nothing, unless it is to send a session.',
    )
    .helpOption('-h, --help', 'print this help')
    .option('-s, --send', 'send one session, too, and read it back by its id')
    .option('-e, --env <file>', 'a file of variables that are not set otherwise: .env')
    .option('--json', 'print a JSON object instead, for scripts')
    .addHelpText('after', DOCTOR_NOTES)
    .action(runDoctor);

  program
    .command('local')
    .summary('run a HoneyHive on this machine')
    .description('Runs a HoneyHive on this machine: it takes sessions as HoneyHive does, prints a line for each, and keeps them.')
    .helpOption('-h, --help', 'print this help')
    .option('-p, --port <number>', 'port on 127.0.0.1; 0 takes any free one', parsePort, DEFAULT_PORT)
    .option('-d, --data <folder>', 'folder of the journal, made if it is missing', DEFAULT_DATA_DIRECTORY)
    .option('-k, --key <key>', 'the only API key to take (default: any)', parseKey)
    .option('-f, --fail <fault>', 'let requests fail (below); may be repeated', readFault)
    .addHelpText('after', LOCAL_NOTES)
    .action(runLocal);

  return program.addHelpText('after', EXAMPLES);
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return port;
}

function parseKey(text: string): string {
  if (!/^\S+$/.test(text)) throw new InvalidArgumentError('A key is not empty and has no white space.');
  return text;
}

const EXAMPLES = `
Examples:
  $ opentelemetry-exporter-honeyhive doctor
  $ opentelemetry-exporter-honeyhive local
  $ opentelemetry-exporter-honeyhive help local
`;

const DOCTOR_NOTES = `
Exit status:
  0  no step failed
  1  a step failed; its line says what to do
  2  the command line was not understood

Examples:
  $ opentelemetry-exporter-honeyhive doctor
  $ opentelemetry-exporter-honeyhive doctor --send --env .env
  $ opentelemetry-exporter-honeyhive doctor --json | jq '.checks[].message'
`;

const LOCAL_NOTES = `
Faults, for tests of your own:
  ${FAULT_SYNTAX}
  A status (400 to 599), a connection that is reset, no answer, or a late one.
  share        which part of the requests it meets, evenly spread; default: all
  times        how many it meets, then no more; default: without end
  retry-after  seconds, a header of answers with a status; default: none
  delay        milliseconds until a slow answer; default: 5000
  Of several faults the first that meets a request counts.

Examples:
  $ opentelemetry-exporter-honeyhive local
      listens on http://127.0.0.1:${DEFAULT_PORT}, keeps sessions in ./${DEFAULT_DATA_DIRECTORY}
  $ opentelemetry-exporter-honeyhive local --port 5000 --data /tmp/sessions
  $ opentelemetry-exporter-honeyhive local --fail 503,share=0.2 --fail reset
  $ HH_API_URL=http://127.0.0.1:${DEFAULT_PORT} HH_API_KEY=local node service.js
      a service that sends its sessions here
  $ curl http://127.0.0.1:${DEFAULT_PORT}/sessions
      everything that has arrived, as JSON; with --key, add
      -H "Authorization: Bearer <key>"
`;
