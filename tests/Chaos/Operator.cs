using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Chaos;

/// <summary>Plans, applies and shows runs.</summary>
internal sealed class Operator(HttpClient http) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public async Task<JsonNode> PlanAsync(object plan, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync("api/admin/runs", plan, cancellationToken);
        return await ReadAsync(answer, HttpStatusCode.Created, cancellationToken);
    }

    /// <param name="verb">The last part of the route, such as <c>pause</c>.</param>
    public async Task TellAsync(Guid run, string verb, CancellationToken cancellationToken)
    {
        HttpStatusCode status;
        string said;
        var until = Stopwatch.StartNew();
        do
        {
            using var answer = await http.PostAsync(new Uri($"api/admin/runs/{run}/{verb}", UriKind.Relative), null, cancellationToken);
            (status, said) = (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        while (status == HttpStatusCode.ServiceUnavailable && until.Elapsed < Patience);
        ChaosException.Unless(status is HttpStatusCode.Accepted or HttpStatusCode.OK, $"{verb} was answered by {(int)status}: {said}");
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
