import { shownName } from "../api/names";

/** A file name, which is a stranger's text: in its own direction, without hidden characters. */
export function Name({ of }: { of: string }) {
  return <bdi className="name">{shownName(of)}</bdi>;
}
