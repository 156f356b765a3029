using System.Web;

namespace Pipeline.EndToEnd.Production;

/// <summary>Access to the logs, the broker or the database does not allow uploads or requests as another user.</summary>
public sealed class SecretTests
{
    private static readonly (string Name, string Value)[] Talkative =
    [
        ("Logging__LogLevel__Default", "Trace"),
        ("Logging__LogLevel__Microsoft.AspNetCore.Authentication", "Trace"),
        ("Logging__LogLevel__Microsoft.AspNetCore.Hosting", "Trace"),
        ("Logging__LogLevel__Microsoft.AspNetCore.Http", "Trace"),
        ("Logging__LogLevel__Microsoft.AspNetCore.Mvc", "Trace"),
        ("Logging__LogLevel__Microsoft.AspNetCore.Routing", "Trace"),
        ("Logging__LogLevel__Microsoft.AspNetCore.Server.Kestrel", "Trace"),
        ("Logging__LogLevel__MassTransit.RabbitMqTransport", "Trace"),
        ("Logging__LogLevel__MassTransit.Messages", "Trace"),
    ];

    [Fact]
    public async Task A_whole_life_at_the_finest_log_level_leaves_no_secret_in_logs_messages_or_the_database()
    {
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartAsync(api: Talkative, worker: Talkative);
        await using var tap = await TapQueue.OpenAsync(servers.Broker);
        using var alice = servers.Person("alice");
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["the token"] = alice.Token,
            ["the token's signature"] = alice.Token.Split('.')[2],
            ["the token secret"] = servers.Secret,
            ["the store's key"] = ProductionSettings.SecretKey,
            ["the broker's password"] = OwnVirtualHost.Password,
            ["the database's password"] = "Password=",
        };

        var lives = new[] { (PlainPhoto.Bytes, "ready"), ("no picture"u8.ToArray(), "rejected"), (EicarFile.Bytes, "rejected") };
        foreach (var (bytes, end) in lives)
        {
            var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", bytes.Length);
            var signature = HttpUtility.ParseQueryString(new Uri(presigned.Text("uploadUrl")).Query)["X-Amz-Signature"].ShouldNotBeNull();
            secrets[$"the signature of the URL of {end} {presigned.Id}"] = signature;
            (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(409);
            (await Person.PutAsync(presigned, bytes)).Status.ShouldBe(200);
            (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
            (await alice.TerminalAsync(presigned.Id)).Text("status").ShouldBe(end);
            if (end == "ready") await AgainAsync(alice, presigned.Id);
        }

        var messages = await tap.TakeAllAsync();
        foreach (var kind in new[] { "UploadConfirmed", "ReprocessRequested", "ProcessingStarted", "AssetReady", "AssetRejected" })
            messages.ShouldContain(message => message.Contains(kind, StringComparison.Ordinal), $"or the tap has missed {kind}");
        var log = servers.Log;
        log.ShouldContain("\"LogLevel\":\"Trace\"", customMessage: "or the log is not as fine as this test wants it");
        var database = await DatabaseDump.ReadAsync(servers.Database);
        database.ShouldContain("photo.jpg", customMessage: "or the dump has missed the assets");
        foreach (var (place, text) in new[] { ("log", log), ("messages", string.Join('\n', messages)), ("database", database) })
            secrets.Where(secret => Holds(text, secret.Value)).Select(secret => $"{secret.Key} in the {place}").ShouldBeEmpty();
    }

    private static async Task AgainAsync(Person owner, Guid id)
    {
        (await owner.PostAsync($"/api/assets/{id}/reprocess")).Status.ShouldBe(202);
        await Eventually.True(async () => (await owner.AssetAsync(id)).Json["revision"]!.GetValue<int>() == 2, "it is made again", TimeSpan.FromSeconds(60));
    }

    // JSON may escape a slash or a plus.
    private static bool Holds(string text, string secret) =>
        text.Contains(secret, StringComparison.Ordinal) || text.Contains(System.Text.Json.JsonEncodedText.Encode(secret).ToString(), StringComparison.Ordinal);
}
