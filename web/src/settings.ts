/** What the server tells its pages. */
export interface Settings {
  signInLinks: boolean;
  guides: boolean;
  clientId?: string | null;
  authority?: string | null;
  audience?: string | null;
  scope: string;
}

const text = document.querySelector<HTMLMetaElement>('meta[name="pipeline"]')?.content ?? "";

export const settings: Settings = text.startsWith("{") ? JSON.parse(text) : { signInLinks: true, guides: false, scope: "openid" };
