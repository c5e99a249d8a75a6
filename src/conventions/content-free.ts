/**
 * Settings of a model call that are numbers, names and switches. Whatever else stands in `config`
 * (templates, tool definitions, schemas, stop sequences, what an application adds) may hold
 * content, and is left out where content is not captured.
 */
const SETTINGS: ReadonlySet<string> = new Set(
  (
    'model provider temperature top_p top_k max_tokens max_output_tokens max_completion_tokens frequency_penalty presence_penalty ' +
    'seed stream n choice.count max_retries max_steps reasoning_effort service_tier prompt_name template_version schema_name ' +
    'topP topK maxTokens maxOutputTokens maxCompletionTokens frequencyPenalty presencePenalty maxRetries maxSteps reasoningEffort'
  ).split(' '),
);

/** Whether a field of `config` tells nothing of what was said. */
export function isContentFreeSetting(name: string): boolean {
  return SETTINGS.has(name);
}
