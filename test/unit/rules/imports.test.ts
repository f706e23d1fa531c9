import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const REFUSED = [
  ['gateway', 'node:fs'],
  ['gateway', '@aws-sdk/client-dynamodb'],
  ['gateway', '../shared/store/keys.ts'],
  ['gateway', '../shared/formats/decoded.ts'],
  ['shared/domain', '../pricing/priceBook.ts'],
  ['shared/domain', 'node:fs'],
  ['shared/domain', '@aws-sdk/client-dynamodb'],
  ['shared/pricing', '../store/keys.ts'],
  ['shared/pricing', '../runtime/clients.ts'],
  ['shared/formats', '../notify/alertMessage.ts'],
  ['shared/store', '../runtime/handler.ts'],
  ['shared/store', '../../functions/rollUp.ts'],
  ['shared/notify', '../runtime/environment.ts'],
  ['shared/runtime', '../store/keys.ts'],
  ['shared/runtime', '../pricing/priceBook.ts'],
  ['functions', './rollUp.ts'],
  ['functions', '../infra/local/stack.ts'],
  ['functions', '../cli/output/table.ts'],
] as const;

const ALLOWED = [
  ['gateway', '../shared/domain/money.ts'],
  ['gateway', '../shared/pricing/priceUsage.ts'],
  ['shared/domain', './money.ts'],
  ['shared/pricing', '../domain/money.ts'],
  ['shared/formats', '../pricing/priceBook.ts'],
  ['shared/store', '../runtime/clients.ts'],
  ['shared/store', '../formats/decoded.ts'],
  ['shared/notify', '../store/alertStore.ts'],
  ['functions', '../shared/store/stores.ts'],
  ['cli', '../infra/local/stack.ts'],
] as const;

const fileOf = (folder: string, imported: string) => `${folder}/${imported.replace(/[^a-z]/gi, '')}Case.ts`;

const reportSchema = z.object({
  diagnostics: z.array(z.looseObject({ category: z.string().nullish(), location: z.unknown() })),
});

const scratch = mkdtempSync(join(tmpdir(), 'tollbook-imports-'));
let complaints: string[] = [];

/** One lint of a small tree that holds a file for each case, under the project's own rules. */
beforeAll(() => {
  const rules = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'));
  const { vcs: _vcs, files: _files, $schema: _schema, ...rest } = rules;
  writeFileSync(join(scratch, 'biome.json'), JSON.stringify(rest));
  for (const [folder, imported] of [...REFUSED, ...ALLOWED]) {
    const file = join(scratch, fileOf(folder, imported));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `import { thing } from '${imported}';\n\nexport const used = thing;\n`);
  }
  const biome = join(ROOT, 'node_modules/.bin/biome');
  const args = ['lint', '--reporter=json', '--max-diagnostics=none', '.'];
  const { stdout } = spawnSync(biome, args, { cwd: scratch, encoding: 'utf8' });
  complaints = reportSchema
    .parse(JSON.parse(stdout))
    .diagnostics.filter(({ category }) => category === 'lint/style/noRestrictedImports')
    .map(({ location }) => JSON.stringify(location));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('who may import what', () => {
  it.each(REFUSED)('refuses that %s imports %s', (folder, imported) => {
    expect(complaints.filter((place) => place.includes(fileOf(folder, imported)))).toHaveLength(1);
  });

  it.each(ALLOWED)('lets %s import %s', (folder, imported) => {
    expect(complaints.filter((place) => place.includes(fileOf(folder, imported)))).toEqual([]);
  });
});
