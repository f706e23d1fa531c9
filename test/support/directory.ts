import type { DirectoryUser, Placement } from '../../shared/domain/placement.ts';

/** A user who was always where `placement` says. */
export function placed(user: string, placement: Placement): DirectoryUser {
  return { user, placements: [placement] };
}
