using System.Diagnostics;
using System.Text.Json.Nodes;
using Pipeline.TestKit;
using Pipeline.UploadApi.Http.OpenApi;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Http;

/// <summary><see cref="ApiHost"/> compares each response of each test with the document; these tests check the document itself.</summary>
[Collection(ApiHostTests.Name)]
public sealed class ApiDocumentTests(ApiHost api)
{
    [Fact]
    public async Task It_passes_the_linter_and_a_client_made_from_it_can_branch_on_codes()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["v1.json"], (await api.GetAsync("/openapi/v1.json", user: null)).Body);
        var check = Path.Combine(Repository.Root, "tests", "openapi", "check.sh");

        using var process = Process.Start(new ProcessStartInfo(check, folder["v1.json"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true }).ShouldNotBeNull();
        var (said, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();

        process.ExitCode.ShouldBe(0, $"{await said}{await errors}");
        (await errors).ShouldNotContain("warning", Case.Insensitive);
    }

    [Theory]
    [InlineData(200, """{"items":[{}]}""")]
    [InlineData(200, """{"items":[],"more":1}""")]
    [InlineData(418, "{}")]
    [InlineData(404, """{"code":"gone"}""")]
    public async Task An_answer_that_does_not_fit_is_seen(int status, string body) =>
        new OpenApiFit(await DocumentAsync()).Faults("GET", "/api/assets?limit=1", status, "application/json", body).ShouldNotBeEmpty();

    [Fact]
    public async Task The_servers_address_has_no_slash_at_its_end() =>
        (await DocumentAsync())["servers"]![0]!["url"]!.ToString().ShouldBe("http://localhost:4000");

    [Fact]
    public async Task Everything_has_a_description_and_every_field_an_example_or_a_shape()
    {
        var document = await DocumentAsync();
        var wanting = new List<string>();
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            if (schema!["description"] is null) wanting.Add(name);
            foreach (var (field, property) in schema["properties"]?.AsObject() ?? [])
                if (property!["description"] is null) wanting.Add($"{name}.{field}");
        }

        foreach (var (path, verbs) in document["paths"]!.AsObject())
        {
            foreach (var (verb, operation) in verbs!.AsObject())
            {
                if (operation!["description"] is null || operation["summary"] is null) wanting.Add($"{verb} {path}");
                wanting.AddRange((operation["parameters"]?.AsArray() ?? []).Where(p => p!["description"] is null || p["example"] is null).Select(p => $"{verb} {path} {p!["name"]}"));
                foreach (var (status, response) in operation["responses"]!.AsObject())
                {
                    if (response!["headers"]?["X-Request-Id"] is null) wanting.Add($"{verb} {path} {status}, headers");
                    if (response["content"]?.AsObject().Any(c => (c.Value!["example"] ?? c.Value["examples"]) is null) == true) wanting.Add($"{verb} {path} {status}, example");
                }
            }
        }

        wanting.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_list_says_what_it_holds() => (await DocumentAsync())["components"]!["schemas"]!.AsObject()
        .SelectMany(schema => schema.Value!["properties"]?.AsObject().Select(property => (Name: $"{schema.Key}.{property.Key}", Schema: property.Value!)) ?? [])
        .Where(property => property.Schema["type"]?.ToString() == "array" && property.Schema["items"] is null or JsonObject { Count: 0 })
        .Select(property => property.Name)
        .ShouldBeEmpty("a client would get a list of anything");

    [Fact]
    public void Every_code_of_the_catalogue_has_its_own_schema_name() =>
        ProblemKinds.ByCode.Values.Select(kind => kind.SchemaName).Distinct().Count().ShouldBe(ProblemKinds.ByCode.Count);

    [Fact]
    public async Task The_states_of_an_asset_are_a_closed_set() =>
        (await DocumentAsync())["components"]!["schemas"]!["AssetView"]!["properties"]!["status"]!["enum"]!.AsArray().Select(word => word!.ToString())
            .ShouldBe(["pending", "queued", "processing", "ready", "rejected", "failed", "expired", "deleted"]);

    private async Task<JsonNode> DocumentAsync() => (await api.GetAsync("/openapi/v1.json", user: null)).Json;
}
