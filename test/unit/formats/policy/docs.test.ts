import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixture, readSound } from './reading.ts';

const DOCS = readFileSync(new URL('../../../../docs/budgets.md', import.meta.url), 'utf8');
const examples = [...DOCS.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);

describe('docs/budgets.md', () => {
  it('shows the policies that are tested', () => {
    expect(examples.slice(1)).toEqual([fixture('company.yaml'), fixture('stages.yaml')]);
  });

  it('shows nothing that is refused or warned of', () => {
    expect(examples.map((text) => readSound(text).warnings)).toEqual([[], [], []]);
  });
});
