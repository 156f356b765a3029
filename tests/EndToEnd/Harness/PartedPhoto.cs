using System.Security.Cryptography;

namespace Pipeline.EndToEnd.Harness;

/// <summary>A photo of more than 16 MiB, which a camera padded, and its upload in parts.</summary>
internal static class PartedPhoto
{
    /// <summary>Lets both hosts take it.</summary>
    public static readonly (string Name, string Value)[] Settings = [("Uploads__MaxBytes", "30000000")];

    private static readonly Lazy<byte[]> Made = new(() => [.. PlainPhoto.Bytes, .. RandomNumberGenerator.GetBytes(17 * 1024 * 1024)]);

    public static byte[] Bytes => Made.Value;

    /// <summary>Begins the upload; the last parts are sent first.</summary>
    /// <param name="person">Owns the upload.</param>
    /// <param name="sha256">The hash to announce; null for the right one.</param>
    public static async Task<(Guid Id, string Key)> SendAsync(Person person, string? sha256 = null)
    {
        var begun = await person.PostAsync("/api/upload/multipart", new
        {
            filename = "large.jpg", contentType = "image/jpeg", fileSize = Bytes.Length, sha256 = sha256 ?? Convert.ToHexStringLower(SHA256.HashData(Bytes)),
        });
        begun.Status.ShouldBe(200, begun.Body);
        var (size, count) = (begun.Json["partSize"]!.GetValue<int>(), begun.Json["partCount"]!.GetValue<int>());
        count.ShouldBe(4);
        using var http = new HttpClient();
        var signed = await person.PostAsync($"/api/upload/multipart/{begun.Id}/parts", new { parts = Enumerable.Range(1, count).Reverse() });
        foreach (var part in signed.Json["parts"]!.AsArray())
        {
            var body = new ByteArrayContent(Bytes, (part!["number"]!.GetValue<int>() - 1) * size, part["size"]!.GetValue<int>());
            (await http.PutAsync(new Uri(part["url"]!.ToString()), body)).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        }

        return (begun.Id, begun.Text("key"));
    }

    /// <summary>Completes it, by two requests at once, and waits for its end.</summary>
    public static async Task<Answer> CompleteAsync(Person person, Guid id)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => person.PostAsync($"/api/upload/multipart/{id}/complete")));
        answers.ShouldAllBe(answer => answer.Status == 202);
        return await person.TerminalAsync(id);
    }
}
