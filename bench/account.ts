/** The account that the measured server, the Graph double and the load generator agree on. Nothing of it is real. */
export const ACCOUNT = {
  phoneNumberId: '100000000000001',
  businessAccountId: '200000000000001',
  appSecret: 'bench-app-secret-0123456789abcdef',
  verifyToken: 'bench-verify-token',
  accessToken: 'bench-access-token',
};
export const SECRET_KEY = 'bench-secret-key-0123456789abcdef-0123456789';
export const ADMIN_TOKEN = 'bench-admin-token-0123456789abcdef-0123456789';

/** The path of the door: INTERFACE "HTTP". */
export const DOOR = '/webhooks/whatsapp';
