using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Chaos;

/// <summary>Plans, applies and shows runs.</summary>
internal sealed class Operator(HttpClient http) : IDisposable
{
    public async Task<JsonNode> PlanAsync(object plan, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync("api/admin/runs", plan, cancellationToken);
        return await ReadAsync(answer, HttpStatusCode.Created, cancellationToken);
    }

    public async Task ApplyAsync(Guid run, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsync(new Uri($"api/admin/runs/{run}/apply", UriKind.Relative), null, cancellationToken);
        await ReadAsync(answer, HttpStatusCode.Accepted, cancellationToken);
    }

    public async Task<JsonNode> ShowAsync(Guid run, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(new Uri($"api/admin/runs/{run}", UriKind.Relative), cancellationToken);
        return await ReadAsync(answer, HttpStatusCode.OK, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer, HttpStatusCode wanted, CancellationToken cancellationToken)
    {
        var said = await answer.Content.ReadAsStringAsync(cancellationToken);
        ChaosException.Unless(answer.StatusCode == wanted, $"{(int)answer.StatusCode} instead of {(int)wanted}: {said}");
        return JsonNode.Parse(said)!;
    }
}
