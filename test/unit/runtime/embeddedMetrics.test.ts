import { afterEach, describe, expect, it, vi } from 'vitest';
import { embeddedMetrics, warnWithMetrics } from '../../../shared/runtime/embeddedMetrics.ts';
import { logger } from '../../../shared/runtime/handler.ts';

afterEach(() => vi.restoreAllMocks());

describe('a log line with metrics', () => {
  it('has the fields by which CloudWatch finds metrics, with their values beside them', () => {
    const now = new Date('2026-11-20T10:00:00.000Z');
    const fields = embeddedMetrics(
      'tollbook-dev-ingestLogs',
      { UnpricedRequests: 3, QuarantinedLines: 0 },
      now,
    );
    expect(fields).toEqual({
      _aws: {
        Timestamp: 1_795_168_800_000,
        CloudWatchMetrics: [
          {
            Namespace: 'Tollbook',
            Dimensions: [['FunctionName']],
            Metrics: [
              { Name: 'UnpricedRequests', Unit: 'Count' },
              { Name: 'QuarantinedLines', Unit: 'Count' },
            ],
          },
        ],
      },
      FunctionName: 'tollbook-dev-ingestLogs',
      UnpricedRequests: 3,
      QuarantinedLines: 0,
    });
  });

  it('is a warning, so that it is there where the log level is WARN', () => {
    const warn = vi.spyOn(logger, 'warn').mockImplementation(() => {});
    warnWithMetrics('look at this', 'ingest', { UnpricedRequests: 1, QuarantinedLines: 0 });
    expect(warn.mock.calls).toEqual([['look at this', expect.objectContaining({ UnpricedRequests: 1 })]]);
  });

  it('is left out when there is nothing to count', () => {
    const warn = vi.spyOn(logger, 'warn').mockImplementation(() => {});
    warnWithMetrics('look at this', 'ingest', { UnpricedRequests: 0, QuarantinedLines: 0 });
    expect(warn).not.toHaveBeenCalled();
  });
});
