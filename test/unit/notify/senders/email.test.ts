import { beforeEach, describe, expect, it } from 'vitest';
import { makeSender } from '../../../../shared/notify/sender.ts';
import {
  channelTo,
  makeContext,
  makeNotice,
  makeSenderDependencies,
  sesAt,
} from '../../../support/senders.ts';
import { type SesStandIn, sesError, startSes } from '../../../support/standIns/ses.ts';

const FROM = 'tollbook@example.com';
const TO = 'dana@example.com';

let mail: SesStandIn;

beforeEach(async () => {
  mail = await startSes(FROM);
});

const send = ({ from = FROM, to = TO } = {}) => {
  const sender = makeSender(makeSenderDependencies({ ses: sesAt(mail.url) }));
  const channel = channelTo({ kind: 'email', from, to: [{ kind: 'audience' }] });
  return sender.send(channel, to, [makeNotice({ title: 'Grüße 株式' })], makeContext());
};

describe('e-mail by SES', () => {
  it('goes to one address as text and HTML, and its receipt is the id of the mail', async () => {
    expect(await send()).toEqual({ kind: 'sent', receipt: 'mail-1' });
    expect(mail.sent).toEqual([
      { from: FROM, to: [TO], subject: '1 alerts', text: 'Grüße 株式', html: '<p>Grüße 株式</p>' },
    ]);
  });

  const NO_RIGHT = 'let this function send mail (ses:SendEmail) from this address';

  it.each([
    ['TooManyRequestsException', 429, { kind: 'retry', error: 'SES: TooManyRequestsException' }],
    ['ThrottlingException', 400, { kind: 'retry', error: 'SES: ThrottlingException' }],
    ['LimitExceededException', 400, { kind: 'retry', error: 'SES: LimitExceededException' }],
    ['SendingPausedException', 400, { kind: 'retry', error: 'SES: SendingPausedException' }],
    ['InternalServiceErrorException', 500, { kind: 'retry', error: 'SES: InternalServiceErrorException' }],
    ['RequestExpired', 400, { kind: 'retry', error: 'SES: RequestExpired' }],
    [
      'MessageRejected',
      400,
      {
        kind: 'refused',
        error: 'SES: MessageRejected: verify the sender in SES, and in its sandbox the receiver too',
      },
    ],
    [
      'MailFromDomainNotVerifiedException',
      400,
      {
        kind: 'refused',
        error: 'SES: MailFromDomainNotVerifiedException: verify the domain of the sender in SES',
      },
    ],
    [
      'AccountSuspendedException',
      400,
      {
        kind: 'refused',
        error: 'SES: AccountSuspendedException: AWS has suspended sending by this account',
      },
    ],
    ['AccessDeniedException', 403, { kind: 'refused', error: `SES: AccessDeniedException: ${NO_RIGHT}` }],
  ])('that SES answers by %s is asked once, and says what came of it', async (name, status, outcome) => {
    mail.disturb(sesError(name, status));
    expect(await send()).toEqual(outcome);
    expect(mail.requests).toBe(1);
  });

  it('from an address that nobody verified is refused', async () => {
    expect(await send({ from: 'other@example.com' })).toMatchObject({ kind: 'refused' });
    expect(mail.sent).toEqual([]);
  });

  it('is tried again later when SES breaks the connection, for the mail may not have gone', async () => {
    mail.disturb('reset');
    expect(await send()).toMatchObject({ kind: 'retry', error: expect.stringMatching(/^SES: \w+$/) });
    expect(mail.requests).toBe(1);
  });

  it.each([
    [{ to: '' }, 'the receiver has no address of e-mail'],
    [{ to: 'dana@example.com\r\nBcc: eve@example.com' }, 'the receiver has no address of e-mail'],
    [{ from: 'Tollbook <tollbook@example.com>' }, 'the sender is no address of e-mail'],
  ])('with %j is not sent', async (addresses, error) => {
    expect(await send(addresses)).toEqual({ kind: 'refused', error });
    expect(mail.requests).toBe(0);
  });
});
