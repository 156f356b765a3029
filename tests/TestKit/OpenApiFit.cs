using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.TestKit;

/// <summary>Compares responses with the OpenAPI document: status, media type, and every field. Strict: an undescribed field is a difference.</summary>
public sealed class OpenApiFit(JsonNode document)
{
    /// <summary>The differences between a response and the document. Empty if the document has no such route or method.</summary>
    public IEnumerable<string> Faults(string method, string path, int status, string? contentType, string body)
    {
        var isHead = method == "HEAD";
        if (Operation(isHead ? "get" : method.ToLowerInvariant(), path.Split('?')[0]) is not { } operation) return [];
        if (operation["responses"]![$"{status}"] is not { } response) return [$"{method} {path}: the document knows no status {status}"];
        if (isHead) return [];
        if (response["content"]?.AsObject() is not { Count: > 0 } content) return body.Length == 0 ? [] : [$"{method} {path}: {status} has no body in the document"];
        return content[contentType?.Split(';')[0] ?? ""]?["schema"] is { } schema
            ? Faults(schema, JsonNode.Parse(body), "$").Select(fault => $"{method} {path}, {status}: {fault}")
            : [$"{method} {path}: {status} is {contentType}, the document says {string.Join(", ", content.Select(c => c.Key))}"];
    }

    private JsonNode? Operation(string method, string path)
    {
        var segments = path.TrimEnd('/').Split('/');
        return document["paths"]!.AsObject()
            .Where(p => p.Key.TrimEnd('/').Split('/') is var template && template.Length == segments.Length && template.Zip(segments).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second))
            .OrderBy(p => p.Key.Count(c => c == '{')) // as the specification says, a path without a parameter goes first
            .Select(p => p.Value![method]).FirstOrDefault(operation => operation is not null);
    }

    private IEnumerable<string> Faults(JsonNode schema, JsonNode? value, string at)
    {
        if (schema["$ref"]?.ToString() is { } reference) return Faults(Resolve(reference), value, at);
        if ((schema["oneOf"] ?? schema["anyOf"])?.AsArray() is { } choices)
            return choices.Any(choice => !Faults(choice!, value, at).Any()) ? [] : [$"{at} fits none of {choices.Count} schemas: {value?.ToJsonString()}"];
        if (!IsOfType(schema["type"], value)) return [$"{at} is no {schema["type"]?.ToJsonString()}: {value?.ToJsonString()}"];
        if (schema["enum"]?.AsArray() is { } words && !words.Any(word => JsonNode.DeepEquals(word, value))) return [$"{at} is none of {words.ToJsonString()}: {value?.ToJsonString()}"];
        return value switch
        {
            JsonArray items when schema["items"] is { } item => items.SelectMany((one, i) => Faults(item, one, $"{at}[{i}]")),
            JsonObject fields => FieldFaults(schema, fields, at),
            _ => [],
        };
    }

    private IEnumerable<string> FieldFaults(JsonNode schema, JsonObject fields, string at)
    {
        foreach (var name in (schema["required"]?.AsArray() ?? []).Select(n => n!.ToString()).Where(name => !fields.ContainsKey(name))) yield return $"{at}.{name} is missing";
        foreach (var (name, value) in fields)
        {
            if ((schema["properties"]?[name] ?? schema["additionalProperties"]) is not { } described) yield return $"{at}.{name} is not described";
            else if (described is JsonObject { Count: > 0 }) // an empty schema describes anything
                foreach (var fault in Faults(described, value, $"{at}.{name}"))
                    yield return fault;
        }
    }

    private static bool IsOfType(JsonNode? type, JsonNode? value) => type switch
    {
        null => true,
        JsonArray several => several.Any(one => IsOfType(one, value)),
        _ => (type.ToString(), value?.GetValueKind() ?? JsonValueKind.Null) switch
        {
            ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or ("number", JsonValueKind.Number)
                or ("boolean", JsonValueKind.True or JsonValueKind.False) or ("null", JsonValueKind.Null) => true,
            ("integer", JsonValueKind.Number) => decimal.IsInteger(value!.GetValue<decimal>()),
            _ => false,
        },
    };

    private JsonNode Resolve(string reference)
    {
        var node = document;
        foreach (var part in reference.Split('/').Skip(1)) node = node[part]!;
        return node;
    }
}
