import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixture, readSound } from './reading.ts';

const DOCS = readFileSync(new URL('../../../../docs/budgets.md', import.meta.url), 'utf8');
const examples = [...DOCS.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);

describe('docs/models-and-limits.md', () => {
  it('shows routing rules that are sound', () => {
    const text = readFileSync(new URL('../../../../docs/models-and-limits.md', import.meta.url), 'utf8');
    const [, yaml = ''] = /```yaml\n(.*?)```/s.exec(text) ?? [];
    const { policy, warnings } = readSound(yaml);
    expect([policy.routing?.rules.length, warnings]).toEqual([3, []]);
  });
});

describe('docs/budgets.md', () => {
  it('shows the policies that are tested', () => {
    expect(examples.slice(1)).toEqual([fixture('company.yaml'), fixture('stages.yaml')]);
  });

  it('shows nothing that is refused or warned of', () => {
    expect(examples.map((text) => readSound(text).warnings)).toEqual([[], [], []]);
  });
});
