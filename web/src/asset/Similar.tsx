import type { components } from "@pipeline/client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { client, PipelineError } from "../api/client";
import { Picture } from "../parts/Picture";
import { useWords } from "../words/words";

type Page = components["schemas"]["SimilarPage"];

/** Other assets that look like this one. */
export function Similar({ id }: { id: string }) {
  const say = useWords();
  const { data } = useQuery({
    queryKey: ["similar", id],
    queryFn: async ({ signal }) => {
      try {
        return (await client.http.json<Page>(`/api/assets/${id}/similar?limit=12`, { signal })).items;
      } catch (error) {
        // Animations and the like have no hash.
        if (error instanceof PipelineError && error.code === "no_perceptual_hash") return [];
        throw error;
      }
    },
  });
  const shown = data?.filter(({ asset }) => asset.variants.some(({ url }) => url)) ?? [];
  if (shown.length === 0) return null;
  return (
    <section>
      <h2>{say("similar.title")}</h2>
      <ul className="similar">
        {shown.map(({ asset }) => (
          <li key={asset.id}>
            <Link href={`/a/${asset.id}`}>
              <Picture asset={asset} sizes="120px" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
