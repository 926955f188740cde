/** Who may act through the API. Each role may do whatever the ones before it may (INTERFACE "HTTP"). */
export const ROLES = ['agent', 'broadcaster', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export type Operator = { readonly id: string; readonly name: string; readonly role: Role };

/** The holder of `ADMIN_API_TOKEN`: an operator without a row. */
export const ADMIN: Operator = { id: 'admin', name: 'admin', role: 'admin' };

export const mayActAs = (operator: Operator, needed: Role): boolean =>
  ROLES.indexOf(operator.role) >= ROLES.indexOf(needed);
