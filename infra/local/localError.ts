/** A mistake or a state of the machine that its user can mend; shown as one line, exit code 2. */
export class LocalError extends Error {
  readonly code: 'usage' | 'file' | 'data_folder' | 'engine' | 'port' | 'config';

  constructor(code: LocalError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LocalError';
    this.code = code;
  }
}
