import { useQuery } from "@tanstack/react-query";
import { useWords } from "./words/words";

/** Says whether the server can do its work, as its probe does; the link shows which part cannot. */
export function Health() {
  const say = useWords();
  const { data: isWell } = useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) =>
      fetch("/health/ready", { signal }).then(
        (response) => response.ok,
        () => false,
      ),
    refetchInterval: 60_000,
  });
  return <a href="/health/ready">{say(isWell === undefined ? "footer.health" : isWell ? "footer.healthy" : "footer.unwell")}</a>;
}
