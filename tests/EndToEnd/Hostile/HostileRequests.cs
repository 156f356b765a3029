namespace Pipeline.EndToEnd.Hostile;

/// <summary>
/// Hostile and faulty requests to every route that the server describes. The same for every root, because their databases and stores
/// fail on different input.
/// </summary>
public abstract partial class HostileRequests
{
    private static readonly Guid Nobody = Guid.Parse("0191e9a0-0000-7000-8000-000000000000");

    protected abstract Uri Address { get; }

    protected abstract string Secret { get; }

    protected abstract string Log { get; }

    [Fact]
    public async Task No_route_believes_a_forged_token_and_the_log_keeps_none()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var probe = new Probe(http);
        var forged = Forged.All(Secret);
        var wanting = (await ApiSurface.OfAsync(http)).Operations.Where(o => o.WantsToken).ToList();
        wanting.Count.ShouldBeGreaterThan(9);
        foreach (var operation in wanting)
        {
            foreach (var (wrong, token) in forged.Prepend(("none at all", null!)))
            {
                var body = operation.Body(Nobody) is { } sample ? Probe.Json(sample.ToJsonString()) : null;
                var answer = await probe.SendAsync($"{operation}, token: {wrong}", Probe.Request(operation.Method, operation.At(Nobody.ToString()), token, body), 401);
                if (answer.Code != "unauthorized" || !answer.Headers.Contains("WWW-Authenticate: Bearer", StringComparison.Ordinal))
                    probe.Faults.Add($"{operation}, token: {wrong}: {answer.Code}");
            }
        }

        probe.Faults.ShouldBeEmpty();
        KeepsNoSecret([.. forged.Select(f => f.Token)]);
    }

    [Fact]
    public async Task A_token_in_the_query_or_of_another_kind_is_none()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var probe = new Probe(http);
        var token = AppToken.For("alice", Secret);
        await probe.SendAsync("in the query", Probe.Request("GET", $"/api/assets?access_token={token}", token: null), 401);
        using var basic = Probe.Request("GET", "/api/assets", token: null);
        basic.Headers.TryAddWithoutValidation("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"alice:{token}"))}");
        await probe.SendAsync("Basic", basic, 401);
        probe.Faults.ShouldBeEmpty();
        KeepsNoSecret(token);
    }

    [Fact]
    public async Task Another_users_ids_are_not_there_on_any_route_and_nothing_changes_for_their_owner()
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var alice = Somebody("alice");
        var probe = new Probe(http);
        var mallory = AppToken.For("mallory", Secret);
        var presigned = await alice.PresignAsync("private-name-of-alice.jpg", "image/jpeg", CameraPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, CameraPhoto.Bytes)).Status.ShouldBe(200);
        var before = await StateAsync(alice, presigned.Id);

        foreach (var operation in (await ApiSurface.OfAsync(http)).Operations)
        {
            // In the path, in the body and in every query parameter.
            var body = operation.Body(presigned.Id) is { } sample ? Probe.Json(sample.ToJsonString()) : null;
            var query = string.Join('&', operation.QueryParameters.Where(Names).Select(name => $"{name}={presigned.Id}"));
            int[] expected = operation.HasPathParameters ? [403, 404] : [];
            var answer = await probe.SendAsync(operation.ToString(), Probe.Request(operation.Method, $"{operation.At(presigned.Id.ToString())}?{query}", mallory, body), expected);
            if (answer.Body.Contains("private-name-of-alice", StringComparison.Ordinal) || answer.Body.Contains(presigned.Text("key"), StringComparison.Ordinal))
                probe.Faults.Add($"{operation} shows what is alice's: {answer.Body}");
        }

        foreach (var confirm in new object[] { new { id = presigned.Id }, new { key = presigned.Text("key") }, new { id = presigned.Id, key = presigned.Text("key") } })
            await probe.SendAsync("confirm", Probe.Request("POST", "/api/upload/confirm", mallory, JsonContent.Create(confirm)), 404);
        probe.Faults.ShouldBeEmpty();
        (await StateAsync(alice, presigned.Id)).ShouldBe(before);

        static bool Names(string parameter) => parameter.EndsWith("id", StringComparison.OrdinalIgnoreCase) || parameter.EndsWith("ids", StringComparison.OrdinalIgnoreCase);
    }

    private protected Person Somebody(string userId)
    {
        var token = AppToken.For(userId, Secret);
        var http = new HttpClient { BaseAddress = Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new Person(http, token);
    }

    /// <summary>The log contains neither the tokens, nor their signatures, nor the secret.</summary>
    private protected void KeepsNoSecret(params string[] tokens)
    {
        var log = Log;
        log.ShouldNotBeEmpty();
        foreach (var token in tokens.Where(t => t.Length > 10))
        {
            log.Contains(token, StringComparison.Ordinal).ShouldBeFalse($"the log holds the token {token}");
            if (token.Split('.') is [_, _, { Length: > 10 } signature]) log.Contains(signature, StringComparison.Ordinal).ShouldBeFalse($"the log holds the signature {signature}");
        }

        log.Contains(Secret, StringComparison.Ordinal).ShouldBeFalse("the log holds the secret");
    }

    private static async Task<string> StateAsync(Person owner, Guid id) =>
        (await owner.AssetAsync(id)).Body + (await owner.GetAsync($"/api/assets/{id}/timeline")).Body;
}
