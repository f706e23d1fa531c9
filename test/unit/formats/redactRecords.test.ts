import { describe, expect, it } from 'vitest';
import { redactLine } from '../../../shared/formats/redactLine.ts';

const SECRET = 'when is the kettle inventory due';

describe('what is kept of a line of several records', () => {
  it('is nothing: an OTLP export names its prompts in values', () => {
    const prompt = { key: 'prompt', value: { stringValue: SECRET } };
    const line = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes: [prompt] }] }] }] };
    expect(redactLine(JSON.stringify(line))).toBe('[removed]');
    expect(redactLine(JSON.stringify([{ anything: SECRET }]))).toBe('[removed]');
  });

  it.each(['user_prompt', 'prompt_text', 'tool_input', 'tool_parameters', 'error', 'arguments'])(
    'is not the %s of an event',
    (key) => {
      const line = JSON.stringify({ body: 'claude_code.tool_result', attributes: { [key]: SECRET } });
      expect(redactLine(line)).not.toContain(SECRET);
      expect(redactLine(line.slice(0, -3))).not.toContain(SECRET);
    },
  );
});
