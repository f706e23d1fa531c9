import { describe, expect, it } from 'vitest';
import { type AlertPolicy, DEFAULT_ALERT_POLICY } from '../../../../shared/domain/alerts/alertPolicy.ts';
import { hideNamesOfPolicy } from '../../../../shared/domain/policy/hideNamesOfPolicy.ts';
import { EMPTY_POLICY } from '../../../../shared/domain/policy/policy.ts';

const pseudonymOf = (user: string) => `u-${user.replace('@', '-at-')}`;

const ALERTS: AlertPolicy = {
  ...DEFAULT_ALERT_POLICY,
  channels: [
    {
      name: 'mail',
      target: {
        kind: 'email',
        from: 't@example.com',
        to: [{ kind: 'address', address: 'finance@example.com' }],
      },
      maxPerHour: 20,
    },
  ],
  routes: [
    {
      to: ['mail'],
      scopes: [
        { kind: 'org', id: '*' },
        { kind: 'user', id: 'dana' },
        { kind: 'team', id: 'team of eve@example.com' },
      ],
    },
    { to: ['mail'] },
  ],
  people: { dana: { email: 'dana@example.com', slack: 'U012AB3CD' } },
  teams: {
    payments: {
      lead: 'dana',
      deputies: ['eve@example.com'],
      managers: ['max'],
      email: 'payments@example.com',
      businessUnit: 'eng',
    },
  },
  businessUnits: { eng: { deputies: [], managers: ['eve@example.com'] } },
};

describe('hideNamesOfPolicy', () => {
  it('keeps people of alerts by pseudonym and the addresses to which alerts go', () => {
    const overflow = { ...EMPTY_POLICY.overflow, approvers: ['fay@example.com', 'max'] };
    const hidden = hideNamesOfPolicy({ ...EMPTY_POLICY, overflow, alerts: ALERTS }, pseudonymOf);
    expect(hidden.overflow.approvers).toEqual(['u-fay-at-example.com', 'u-max']);
    expect(hidden.alerts).toEqual({
      ...ALERTS,
      routes: [
        {
          to: ['mail'],
          scopes: [
            { kind: 'org', id: '*' },
            { kind: 'user', id: 'u-dana' },
            { kind: 'team', id: 'team of u-eve-at-example.com' },
          ],
        },
        { to: ['mail'] },
      ],
      people: {
        'u-eve-at-example.com': { email: 'eve@example.com' },
        'u-fay-at-example.com': { email: 'fay@example.com' },
        'u-dana': { email: 'dana@example.com', slack: 'U012AB3CD' },
      },
      teams: {
        payments: {
          lead: 'u-dana',
          deputies: ['u-eve-at-example.com'],
          managers: ['u-max'],
          email: 'payments@example.com',
          businessUnit: 'eng',
        },
      },
      businessUnits: { eng: { deputies: [], managers: ['u-eve-at-example.com'] } },
    });
  });

  it('prefers the contact that somebody has to an id that is an address', () => {
    const people = { 'eve@example.com': { slack: 'U012AB3CE' } };
    const hidden = hideNamesOfPolicy({ ...EMPTY_POLICY, alerts: { ...ALERTS, people } }, pseudonymOf);
    expect(hidden.alerts?.people).toEqual({ 'u-eve-at-example.com': { slack: 'U012AB3CE' } });
  });

  it('adds no alerts where there are none', () => {
    expect(hideNamesOfPolicy(EMPTY_POLICY, pseudonymOf)).toEqual(EMPTY_POLICY);
  });
});
