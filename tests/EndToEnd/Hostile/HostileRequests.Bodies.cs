namespace Pipeline.EndToEnd.Hostile;

public abstract partial class HostileRequests
{
    private const int MoreThanABody = 300_000;

    private static readonly (string What, string Body)[] NoObjects =
    [
        ("nothing", ""), ("null", "null"), ("an array", "[]"), ("an array of arrays", "[[{}]]"), ("a text", "\"x\""), ("a number", "7"), ("half", "{\"filename\":"),
        ("a comment", "/* */ {}"), ("two", "{} {}"), ("a field twice", """{"id":"0191e9a0-0000-7000-8000-000000000000","id":null}"""),
        ("deep arrays", new string('[', 10_000)),
        ("deep objects", string.Concat(Enumerable.Repeat("""{"focalPoint":""", 5_000)) + "1" + new string('}', 5_000)),
        ("a lone surrogate", """{"filename":"\ud800","key":"\ud800"}"""),
    ];

    private static readonly (string What, string Value)[] WrongValues =
    [
        ("an array", "[]"), ("an object", "{}"), ("a nested array", "[[[[[]]]]]"), ("a bool", "true"), ("a text", "\"x\""), ("an empty text", "\"\""),
        ("a negative", "-1"), ("a fraction", "1.5"), ("more than a long", "9223372036854775808"), ("more than a double", "1e999"), ("a long number", new string('9', 4000)),
        ("a NUL", """
            "a\u0000b"
            """),
        ("a line end", """
            "a\r\nX-Injected: yes"
            """),
        ("a text that runs backwards", """
            "photo\u202egpj.exe"
            """),
        ("a way up", "\"../../../../etc/passwd\""), ("a way up in another spelling", "\"..%2f..%2fetc%2fpasswd\""), ("a Windows path", "\"C:\\\\Windows\\\\win.ini\""),
        ("ten thousand characters", $"\"{new string('a', 10_000)}\""), ("SQL", "\"'; DROP TABLE assets; --\""), ("HTML", "\"<script>alert(1)</script>\""),
        ("a template", "\"{0} {{7*7}} ${7*7} %s %n\""),
    ];

    [Fact]
    public async Task A_body_that_cannot_be_read_is_refused_with_a_code_on_every_route()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var probe = new Probe(http);
        var token = AppToken.For("mallory", Secret);
        foreach (var operation in (await ApiSurface.OfAsync(http)).Operations.Where(o => o.TakesBody))
        {
            var path = operation.At(Nobody.ToString());

            // This user has no role, so the routes of operators refuse before they read the body.
            int[] forbidden = IsOfOperators(operation.Path) ? [403] : [];
            Task<Probed> Send(string what, HttpContent content, params int[] expected) =>
                probe.SendAsync($"{operation}, {what}", Probe.Request(operation.Method, path, token, content), [.. expected, .. forbidden]);

            // These bodies have none of these fields, and all of theirs may be left out: unknown fields are ignored, and there is nothing with the id.
            int[] refused = operation.Path.StartsWith("/api/webhooks/{webhookId}", StringComparison.Ordinal) || operation.Path == "/api/upload/multipart/{id}/complete" ? [400, 404] : [400];
            foreach (var (what, body) in NoObjects) await Send(what, Probe.Json(body), refused);
            await Send("invalid UTF-8", Probe.Json([.. "{\"filename\":\""u8, 0xFF, 0xFE, 0xC0, 0xAF, .. "\"}"u8]), refused);
            await Send("UTF-16", Probe.Json(Encoding.Unicode.GetBytes("{}")), 400);
            await Send("too large", Probe.Json($$"""{"filename":"{{new string('a', MoreThanABody)}}"}"""), 413);
            await Send("too many spaces", Probe.Json(new string(' ', MoreThanABody)), 413);
            foreach (var type in new[] { "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "image/jpeg" })
                await Send(type, Typed("{}", type), 415);
            foreach (var charset in new[] { "bogus", "utf-7", "utf-16" }) await Send(charset, Typed("{}", $"application/json; charset={charset}"), 400, 415);
        }

        probe.Faults.ShouldBeEmpty();
    }

    private static bool IsOfOperators(string path) => path.StartsWith("/api/admin/", StringComparison.Ordinal) || path.StartsWith("/api/reprocess-runs", StringComparison.Ordinal);

    [Fact]
    public async Task A_field_of_a_wrong_kind_or_with_a_hostile_text_never_makes_the_server_stumble()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var probe = new Probe(http);
        var token = AppToken.For("mallory", Secret);
        foreach (var operation in (await ApiSurface.OfAsync(http)).Operations.Where(o => o.TakesBody))
        {
            foreach (var field in operation.Body(Nobody)!.Select(p => p.Key))
            {
                foreach (var (what, value) in WrongValues)
                {
                    // As text, since a number outside the range of double cannot be a node.
                    var body = operation.Body(Nobody)!;
                    body[field] = "PLACE";
                    var text = body.ToJsonString().Replace("\"PLACE\"", value.Trim(), StringComparison.Ordinal);
                    await probe.SendAsync($"{operation}, {field}: {what}", Probe.Request(operation.Method, operation.At(Nobody.ToString()), token, Probe.Json(text)));
                }
            }
        }

        probe.Sent.ShouldBeGreaterThan(150);
        probe.Faults.ShouldBeEmpty();
        KeepsNoSecret(token);
    }

    private static ByteArrayContent Typed(string body, string type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }
}
