using System.Web;

namespace Pipeline.EndToEnd;

/// <summary>The embedded server serves the signed URLs itself, so its own request log could leak them.</summary>
public sealed class EmbeddedSecretTests
{
    [Fact]
    public async Task An_upload_at_the_finest_log_level_leaves_no_secret_in_the_log_or_the_database()
    {
        await using var server = await Server.StartAsync(
            ("Logging__LogLevel__Default", "Trace"),
            ("Logging__LogLevel__Microsoft.AspNetCore", "Trace"),
            ("Logging__LogLevel__Microsoft.EntityFrameworkCore", "Trace"),
            ("Logging__LogLevel__MassTransit", "Trace"),
            ("Logging__LogLevel__Quartz", "Information"));
        using var alice = await server.PersonAsync();
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", CameraPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, CameraPhoto.Bytes, contentType: "image/png")).Status.ShouldBe(403);
        (await Person.PutAsync(presigned, CameraPhoto.Bytes)).Status.ShouldBe(200);
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
        (await alice.TerminalAsync(presigned.Id)).Text("status").ShouldBe("ready");

        var query = HttpUtility.ParseQueryString(new Uri(presigned.Text("uploadUrl")).Query);
        var signature = query[query.AllKeys.Single(name => name!.EndsWith("Signature", StringComparison.OrdinalIgnoreCase))].ShouldNotBeNull();
        var secret = (await File.ReadAllTextAsync(Path.Combine(server.DataFolder, "jwt-secret"))).Trim();
        server.Log.ShouldContain("trce: ", customMessage: "or the log is not as fine as this test wants it");
        var database = string.Concat(Directory.EnumerateFiles(server.DataFolder, "*.db*").Select(ReadShared));
        database.ShouldContain("photo.jpg", customMessage: "or the database lies elsewhere");
        foreach (var (place, text) in new[] { ("log", server.Log), ("database", database) })
            foreach (var (name, value) in new[] { ("the URL's signature", signature), ("the token", alice.Token), ("the token's signature", alice.Token.Split('.')[2]), ("the secret", secret) })
                text.Contains(value, StringComparison.Ordinal).ShouldBeFalse($"{name} stands in the {place}");
    }

    private static string ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return Encoding.Latin1.GetString(bytes.ToArray());
    }
}
