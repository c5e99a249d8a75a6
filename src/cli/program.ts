import { Command, InvalidArgumentError } from 'commander';
import { runLocal } from './run-local.js';

/**
 * Default port of the command: H I V E on a telephone's keys. Not 4318, which OpenTelemetry
 * collectors take, nor 3000 or 8080, which services take.
 */
export const DEFAULT_PORT = 4483;

/** Default folder of the command, within the current one. */
export const DEFAULT_DATA_DIRECTORY = '.honeyhive';

/** The command line `opentelemetry-exporter-honeyhive`. */
export function createProgram(version: string): Command {
  const program = new Command('opentelemetry-exporter-honeyhive')
    .description('Tools around the OpenTelemetry exporter for HoneyHive.')
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showHelpAfterError('(--help shows what there is)');

  program
    .command('local')
    .description('run a HoneyHive on this machine: it takes sessions as HoneyHive does, prints and keeps them')
    .helpOption('-h, --help', 'print this help')
    .option('-p, --port <number>', 'port on 127.0.0.1; 0 takes any free one', parsePort, DEFAULT_PORT)
    .option('-d, --data <folder>', 'folder of the journal, made if it is missing', DEFAULT_DATA_DIRECTORY)
    .option('-k, --key <key>', 'the only API key to take (default: any)', parseKey)
    .addHelpText('after', LOCAL_EXAMPLES)
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
  $ opentelemetry-exporter-honeyhive local
  $ opentelemetry-exporter-honeyhive local --help
`;

const LOCAL_EXAMPLES = `
Examples:
  $ opentelemetry-exporter-honeyhive local
      listens on http://127.0.0.1:${DEFAULT_PORT} and keeps sessions in ./${DEFAULT_DATA_DIRECTORY}
  $ opentelemetry-exporter-honeyhive local --port 5000 --data /tmp/sessions --key hh_local
  $ HH_API_URL=http://127.0.0.1:${DEFAULT_PORT} HH_API_KEY=local node service.js
      a service that sends its sessions here
  $ curl http://127.0.0.1:${DEFAULT_PORT}/sessions
      everything that has arrived, as JSON; with --key, add -H "Authorization: Bearer <key>"
`;
