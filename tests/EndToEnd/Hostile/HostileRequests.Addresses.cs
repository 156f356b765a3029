using System.Text.RegularExpressions;

namespace Pipeline.EndToEnd.Hostile;

public abstract partial class HostileRequests
{
    private static readonly string[] WrongQueries =
        ["", "-1", "0", "99999999999999999999", "1.5", "true", "a%00b", "%ff%fe", "%0d%0aX-Injected:%20yes", "..%2f..%2f", "%e2%80%ae", "'%3B--", new('a', 4000), "1&limit=2&w=3"];

    private static readonly string[] WrongIds =
        ["x", "00000000-0000-0000-0000-000000000000", "0191e9a0-0000-7000-8000-00000000000g", "..%252f..%252fetc", "%2525", "%c3%28", "%e2%80%aeabc", new('9', 3000), "{0191e9a0-0000-7000-8000-000000000000}"];

    [Fact]
    public async Task A_hostile_query_or_id_is_refused_with_a_code_on_every_route()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var probe = new Probe(http);
        var token = AppToken.For("mallory", Secret);
        foreach (var operation in (await ApiSurface.OfAsync(http)).Operations)
        {
            var body = () => operation.Body(Nobody) is { } sample ? Probe.Json(sample.ToJsonString()) : null;
            foreach (var parameter in operation.QueryParameters)
                foreach (var value in WrongQueries)
                    await probe.SendAsync($"{operation}, {parameter}={value}", Probe.Request(operation.Method, $"{operation.At(Nobody.ToString())}?{parameter}={value}", token, body()));
            if (!operation.HasPathParameters) continue;
            foreach (var id in WrongIds)
                await probe.SendAsync($"{operation}, id {id}", Probe.Request(operation.Method, operation.At(id), token, body()), 400, 403, 404);
        }

        probe.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_method_or_an_address_that_is_not_there_is_refused_with_a_code()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var probe = new Probe(http);
        var token = AppToken.For("mallory", Secret);
        foreach (var operation in (await ApiSurface.OfAsync(http)).Operations)
            await probe.SendAsync($"MKCOL {operation.Path}", Probe.Request("MKCOL", operation.At(Nobody.ToString()), token, Probe.Json("{}")), 401, 404, 405);
        foreach (var path in new[] { "/api", "/api/", "/api/none", "/swagger", "/metrics", "/.env", "/.git/config", "/appsettings.json", "/health", "/openapi/v2.json", "/api/assets/../../etc/passwd" })
            await probe.SendAsync(path, Probe.Request("GET", path, token), 404);
        await probe.SendAsync("TRACE", Probe.Request("TRACE", "/api/assets", token), 401, 404, 405);
        probe.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Headers_of_no_sense_never_make_the_server_stumble()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var probe = new Probe(http);
        var token = AppToken.For("mallory", Secret);
        var operations = (await ApiSurface.OfAsync(http)).Operations.Where(o => o.Method == "GET").ToList();
        foreach (var (name, value) in new[]
        {
            ("Accept", "text/html;q=abc,,,;;=,*/*;q=7"), ("Accept", new string('a', 8000)), ("Range", "bytes=-1-99999999999999999999"), ("If-None-Match", "\"\"\""),
            ("If-Modified-Since", "yesterday"), ("Last-Event-ID", "../../%ff"), ("Origin", "null"), ("Origin", "https://evil.example"), ("Cookie", "a=b; ="),
            ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Host", "evil.example"), ("X-HTTP-Method-Override", "DELETE"), ("Expect", "200-never"), ("Content-Encoding", "gzip"),
        })
        {
            foreach (var operation in operations)
            {
                using var request = Probe.Request("GET", operation.At(Nobody.ToString()), token);
                request.Headers.TryAddWithoutValidation(name, value);
                var answer = await probe.SendAsync($"{operation}, {name}: {value[..Math.Min(40, value.Length)]}", request);
                if (answer.Headers.Contains("evil.example", StringComparison.Ordinal) || answer.Body.Contains("evil.example", StringComparison.Ordinal))
                    probe.Faults.Add($"{operation}, {name} comes back");
            }
        }

        probe.Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("../../../../etc/passwd.jpg")]
    [InlineData("..\\..\\windows\\win.ini")]
    [InlineData("/etc/passwd")]
    [InlineData("photo.jpg?X-Amz-Signature=0#fragment")]
    [InlineData("photo.php;.jpg")]
    [InlineData("evil.html")]
    [InlineData("ünïcödé-照片-🙂.jpg")]
    [InlineData("100% & more + 'quotes' \"too\".jpg")]
    [InlineData("con.jpg")]
    public async Task A_hostile_file_name_reaches_neither_key_nor_url_nor_header(string name)
    {
        using var mallory = Somebody("../mallory");
        var presigned = await mallory.PresignAsync(name, "image/jpeg", CameraPhoto.Bytes.Length);

        presigned.Status.ShouldBe(200);
        presigned.Text("key").ShouldMatch(@"\Auploads/=2E=2E=2Fmallory/[0-9]+-[0-9a-f]{16}\.jpe?g\z");
        var url = presigned.Text("uploadUrl");
        url.ShouldMatch(@"\A[!-~]+\z");
        new Uri(url).AbsolutePath.ShouldEndWith(Uri.EscapeDataString(presigned.Text("key").Split('/')[2]));
        Regex.IsMatch(new Uri(url).AbsolutePath, @"\.\.|%2e|//", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1)).ShouldBeFalse(url);
        (await Person.PutAsync(presigned, CameraPhoto.Bytes)).Status.ShouldBe(200);
        (await mallory.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
        (await mallory.AssetAsync(presigned.Id)).Text("filename").ShouldBe(name);
        Log.ShouldNotContain(name);
    }

    [Theory]
    [InlineData("a\0b.jpg")]
    [InlineData("a\r\nX-Injected: yes.jpg")]
    [InlineData("photo\u202egpj.exe")]
    [InlineData("a\u2028b.jpg")]
    [InlineData("\t")]
    [InlineData("10000")]
    public async Task A_file_name_that_hides_or_breaks_something_is_refused(string name)
    {
        using var mallory = Somebody("mallory");
        var refused = await mallory.PresignAsync(name == "10000" ? new string('a', 10_000) + ".jpg" : name, "image/jpeg", 10);
        refused.Status.ShouldBe(400);
        refused.Text("code").ShouldBe("invalid_request");
        refused.Json["errors"]!["filename"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData("../../originals/x")]
    [InlineData("uploads/../../etc/passwd")]
    [InlineData("uploads/mallory/a\0b.jpg")]
    [InlineData("uploads//mallory")]
    [InlineData("uploads/mallory/\u202e.jpg")]
    [InlineData("' OR 1=1 --")]
    public async Task A_key_that_was_never_handed_out_names_nothing(string key)
    {
        using var mallory = Somebody("mallory");
        foreach (var body in new object[] { new { key }, new { id = Nobody, key } })
        {
            var refused = await mallory.PostAsync("/api/upload/confirm", body);
            refused.Status.ShouldBe(404);
            refused.Text("code").ShouldBe("not_found");
        }
    }
}
