using System.Text.Json.Nodes;
using Pipeline.TestKit;
using Pipeline.UploadApi.Http.OpenApi;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Http;

/// <summary>The examples and the codes of the API document, which people read first and clients are generated from.</summary>
[Collection(ApiHostTests.Name)]
public sealed class ApiExampleTests(ApiHost api)
{
    [Fact]
    public async Task Each_operation_has_an_example_of_its_body_of_its_success_and_of_each_code()
    {
        var document = await DocumentAsync();
        var wanting = new List<string>();
        foreach (var (name, operation) in Operations(document))
        {
            foreach (var (type, media) in operation["requestBody"]?["content"]?.AsObject() ?? [])
                if (media!["example"] is null) wanting.Add($"{name}: the body {type}");
            if (!operation["responses"]!.AsObject().Any(response => response.Key[0] is '2' or '3')) wanting.Add($"{name}: no success");
            foreach (var (status, type, media) in Contents(operation))
            {
                var examples = ExamplesOf(media).Select(example => (example as JsonObject)?["code"]?.ToString()).ToList();
                if (examples.Count == 0) wanting.Add($"{name}, {status}: {type}");
                if (status[0] is '4' or '5' && type == "application/problem+json" && !CodesOf(media, document).ToHashSet().SetEquals(examples!)) wanting.Add($"{name}, {status}: the codes");
            }
        }

        wanting.ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_example_fits_its_own_schema()
    {
        var document = await DocumentAsync();
        var fit = new OpenApiFit(document);
        var faults =
            from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            from content in Contents(operation.Value!)
            where content.Type != "text/event-stream"
            from example in ExamplesOf(content.Media)
            from fault in fit.Faults(operation.Key.ToUpperInvariant(), path.Key, int.Parse(content.Status), content.Type, example.ToJsonString())
            select fault;

        faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_code_of_the_catalogue_belongs_to_an_operation_and_the_manual_names_it()
    {
        var document = await DocumentAsync();
        var used = Operations(document).SelectMany(operation => Contents(operation.Operation)).Where(content => content.Type == "application/problem+json")
            .SelectMany(content => CodesOf(content.Media, document)).ToHashSet();
        var manual = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "api.md"));

        ProblemKinds.ByCode.Keys.Except(used).ShouldBeEmpty("no operation lists them");
        ProblemKinds.ByCode.Keys.Where(code => !manual.Contains($"`{code}`", StringComparison.Ordinal)).ShouldBeEmpty("docs/api.md does not name them");
    }

    [Fact]
    public async Task Each_operation_that_reads_a_body_or_a_token_lists_what_any_such_operation_answers()
    {
        var document = await DocumentAsync();
        var wanting = new List<string>();
        foreach (var (name, operation) in Operations(document).Where(operation => operation.Operation["tags"]![0]!.ToString() != "Health"))
        {
            var codes = Contents(operation).Where(content => content.Type == "application/problem+json").SelectMany(content => CodesOf(content.Media, document)).ToHashSet();
            List<string> expected = ["internal_error", "unavailable"];
            if (operation["security"]!.AsArray().Count > 0) expected.Add("unauthorized");
            if (operation["requestBody"] is not null) expected.AddRange(["invalid_request", "body_too_large", "unsupported_media_type"]);
            wanting.AddRange(expected.Except(codes).Select(code => $"{name}: {code}"));
        }

        wanting.ShouldBeEmpty();
    }

    private static IEnumerable<(string Name, JsonNode Operation)> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value!);

    private static IEnumerable<(string Status, string Type, JsonNode Media)> Contents(JsonNode operation) =>
        from response in operation["responses"]!.AsObject()
        from media in response.Value!["content"]?.AsObject() ?? []
        select (response.Key, media.Key, media.Value!);

    private static IEnumerable<JsonNode> ExamplesOf(JsonNode media) =>
        media["example"] is { } one ? [one] : (media["examples"]?.AsObject() ?? []).Select(example => example.Value!["value"]!);

    private static IEnumerable<string> CodesOf(JsonNode media, JsonNode document)
    {
        var schema = media["schema"]!;
        foreach (var reference in schema["oneOf"]?.AsArray() ?? [schema.DeepClone()])
        {
            var name = reference!["$ref"]!.ToString().Split('/')[^1];
            yield return document["components"]!["schemas"]![name]!["properties"]!["code"]!["enum"]![0]!.ToString();
        }
    }

    private async Task<JsonNode> DocumentAsync() => (await api.GetAsync("/openapi/v1.json", user: null)).Json;
}
