/** What the integrity rules cost. */
export function integrityRows(): string[] {
  return [];
}
