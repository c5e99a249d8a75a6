import type { Convention } from './convention.js';
import { genAi } from './gen-ai.js';
import { general } from './general.js';
import { honeyhive } from './honeyhive.js';
import { openInference } from './openinference.js';
import { transport } from './transport.js';

/**
 * All attribute families, most explicit first: where two say the same thing, the earlier one is
 * believed. A new family is one file and one line here.
 */
export const families: readonly Convention[] = [honeyhive, general, genAi, openInference, transport];
