import type { Convention } from './convention.js';
import { genAi } from './gen-ai.js';
import { general } from './general.js';
import { honeyhive } from './honeyhive.js';
import { langfuse } from './langfuse.js';
import { langSmith } from './langsmith.js';
import { logfire } from './logfire.js';
import { mastra } from './mastra.js';
import { openInference } from './openinference.js';
import { traceloop } from './traceloop.js';
import { transport } from './transport.js';
import { vercelAi } from './vercel-ai.js';

/**
 * All attribute families, most explicit first: where two say the same thing, the earlier one is
 * believed. A new family is one file and one line here.
 */
export const families: readonly Convention[] = [
  honeyhive,
  traceloop,
  general,
  genAi,
  openInference,
  langfuse,
  vercelAi,
  langSmith,
  mastra,
  logfire,
  transport,
];
