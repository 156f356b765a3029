import { session } from "../session/session";

const ROLES = ["viewer", "operator", "admin"];

/** Whether the token names this role, or one that includes it. Only the server decides; the pages hide what it would refuse. */
export function hasRole(role: "viewer" | "operator" | "admin"): boolean {
  const own = session.person?.roles ?? [];
  return ROLES.slice(ROLES.indexOf(role)).some((one) => own.includes(one));
}
