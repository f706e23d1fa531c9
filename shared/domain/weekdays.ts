/** From Monday, which is 1. */
export const WEEKDAYS: readonly string[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** `Sat, Sun` of 6 and 7. */
export function weekdayNames(days: readonly number[]): string {
  return days.map((day) => WEEKDAYS[day - 1]).join(', ');
}
