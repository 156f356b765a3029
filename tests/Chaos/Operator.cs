using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Chaos;

/// <summary>Plans, applies and shows runs.</summary>
internal sealed class Operator(HttpClient http) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.25);

    public async Task<JsonNode> PlanAsync(object plan, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync("api/admin/runs", plan, cancellationToken);
        return await ReadAsync(answer, HttpStatusCode.Created, cancellationToken);
    }

    /// <param name="verb">The last part of the route, such as <c>pause</c>.</param>
    public async Task TellAsync(Guid run, string verb, CancellationToken cancellationToken)
    {
        using var answer = await PatientlyAsync(() => http.PostAsync(new Uri($"api/admin/runs/{run}/{verb}", UriKind.Relative), null, cancellationToken), cancellationToken);
        ChaosException.Unless(
            answer.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.OK,
            $"{verb} was answered by {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }

    public async Task<JsonNode> ShowAsync(Guid run, CancellationToken cancellationToken)
    {
        using var answer = await PatientlyAsync(() => http.GetAsync(new Uri($"api/admin/runs/{run}", UriKind.Relative), cancellationToken), cancellationToken);
        return await ReadAsync(answer, HttpStatusCode.OK, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    // A database that was killed is away for a while.
    private static async Task<HttpResponseMessage> PatientlyAsync(Func<Task<HttpResponseMessage>> request, CancellationToken cancellationToken)
    {
        for (var until = Stopwatch.StartNew(); ;)
        {
            var answer = await request();
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || until.Elapsed > Patience) return answer;
            answer.Dispose();
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer, HttpStatusCode wanted, CancellationToken cancellationToken)
    {
        var said = await answer.Content.ReadAsStringAsync(cancellationToken);
        ChaosException.Unless(answer.StatusCode == wanted, $"{(int)answer.StatusCode} instead of {(int)wanted}: {said}");
        return JsonNode.Parse(said)!;
    }
}
