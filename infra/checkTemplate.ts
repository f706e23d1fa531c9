/**
 * Packages the stack as a deployment would, without network or credentials, and asks AWS's own validator
 * about the compiled template. `npx node infra/checkTemplate.ts` prints one line for each finding and exits
 * with 1 if one of them is a failure.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { z } from 'zod';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PACKAGE_TIMEOUT_MS = 120_000;

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});

const templateSchema = z.looseObject({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })),
});

export type Resource = z.infer<typeof resourceSchema>;
export type Template = z.infer<typeof templateSchema>;

export interface PackagedStack {
  template: Template;
  templatePath: string;
  /** One archive for each function, by the function's name. */
  zipSizeBytes: Map<string, number>;
}

export interface Finding {
  ruleId: string;
  message: string;
  /** ERROR, FATAL, and W3030: a value outside its enumeration, which the validator as yet only warns of. */
  isFailure: boolean;
}

/**
 * Packages for `stage` with `params` over the stage's own into `folder`, which has to exist.
 * Errors: when the framework refuses, with what it said.
 */
export async function packageStack(
  folder: string,
  { stage, params = {} }: { stage: string; params?: Record<string, string> },
): Promise<PackagedStack> {
  await linkSources(folder);
  const framework = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  const paramFlags = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
  try {
    await promisify(execFile)(process.execPath, [framework, 'package', '--stage', stage, ...paramFlags], {
      cwd: folder,
      timeout: PACKAGE_TIMEOUT_MS,
      // Nothing of the caller's environment, so no profile, key or region of theirs can be found or used.
      env: { HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', NODE_NO_WARNINGS: '1' },
    });
  } catch (cause) {
    const { stdout } = z.object({ stdout: z.string() }).catch({ stdout: '' }).parse(cause);
    throw new Error(stdout.trim() || 'The framework could not be started.', { cause });
  }
  return readPackage(join(folder, '.serverless'));
}

/** Everything the validator says of the template, failures and warnings. */
export function validateTemplate(templatePath: string): Finding[] {
  const engine = new RegoEngine();
  try {
    const report = engine.validateStandard(new TemplateFile(templatePath), { severityLevel: 'WARN' });
    return report.diagnostics.map(({ ruleId, severity, message }) => ({
      ruleId,
      message,
      isFailure: severity === 'ERROR' || severity === 'FATAL' || ruleId === 'W3030',
    }));
  } finally {
    engine.free();
  }
}

/**
 * Packaging writes beside what it reads, so all that it may read, a file of own prices included, is linked
 * into a folder of its own.
 */
async function linkSources(folder: string): Promise<void> {
  // The framework takes no link for its configuration file.
  await copyFile(join(ROOT, 'serverless.yml'), join(folder, 'serverless.yml'));
  const isSource = (name: string) => !name.startsWith('.') && name !== 'serverless.yml';
  for (const name of (await readdir(ROOT)).filter(isSource)) {
    await symlink(join(ROOT, name), join(folder, name));
  }
}

async function readPackage(folder: string): Promise<PackagedStack> {
  const templatePath = join(folder, 'cloudformation-template-update-stack.json');
  const template = templateSchema.parse(JSON.parse(await readFile(templatePath, 'utf8')));
  const zipSizeBytes = new Map<string, number>();
  for (const file of await readdir(folder)) {
    if (file.endsWith('.zip')) zipSizeBytes.set(file.slice(0, -4), (await stat(join(folder, file))).size);
  }
  return { template, templatePath, zipSizeBytes };
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tollbook-template-'));
  try {
    const { templatePath } = await packageStack(folder, { stage: 'prod' });
    const findings = validateTemplate(templatePath);
    for (const { ruleId, message, isFailure } of findings) {
      process.stdout.write(`${isFailure ? 'FAIL' : 'warn'} ${ruleId} ${message}\n`);
    }
    if (findings.some((finding) => finding.isFailure)) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    process.stdout.write(`FAIL ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
