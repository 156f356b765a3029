using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace Pipeline.UploadApi.Http;

/// <summary>Finds all values of the wrong kind in a body of JSON, and the unknown fields where none are allowed. The reader of the framework stops at the first one.</summary>
internal sealed partial class BodyErrors(JsonSerializerOptions options)
{
    // A client mends a mistake in all places at once.
    private const int Most = 100;

    private const string Body = "body";

    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    /// <summary>The errors by field, with indexes as in <c>files[3].fileSize</c>.</summary>
    public static IReadOnlyDictionary<string, string[]> Of(JsonElement body, Type type, JsonSerializerOptions options)
    {
        var found = new BodyErrors(options);
        found.Look(body, type, "");
        return found._errors;
    }

    private void Look(JsonElement value, Type declared, string name)
    {
        if (_errors.Count >= Most) return;
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (value.ValueKind == JsonValueKind.Null && (type != declared || !type.IsValueType)) return;
        var info = options.GetTypeInfo(type);
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object when value.ValueKind == JsonValueKind.Object:
                LookInside(value, info, name);
                break;
            case JsonTypeInfoKind.Enumerable when value.ValueKind == JsonValueKind.Array:
                foreach (var (index, item) in value.EnumerateArray().Index()) Look(item, info.ElementType!, $"{name}[{index}]");
                break;
            case JsonTypeInfoKind.Object or JsonTypeInfoKind.Enumerable:
                Add(name, FieldErrors.MustBe(type));
                break;
            default:
                if (!Reads(value, type)) Add(name, FieldErrors.MustBe(type));
                break;
        }
    }

    private void LookInside(JsonElement value, JsonTypeInfo info, string name)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (info.Properties.FirstOrDefault(p => p.Name.Equals(member.Name, StringComparison.OrdinalIgnoreCase)) is not { } property)
            {
                if (info.UnmappedMemberHandling == JsonUnmappedMemberHandling.Disallow) AddUnknown(member.Name, info, name);
                continue;
            }

            var inner = name.Length == 0 ? property.Name : $"{name}.{property.Name}";
            if (!seen.Add(property.Name)) Add(inner, FieldErrors.OnlyOnce);
            else Look(member.Value, property.PropertyType, inner);
        }
    }

    // An unknown name may hold anything, so only one that looks like a field is shown.
    private void AddUnknown(string unknown, JsonTypeInfo info, string name)
    {
        var known = $"the fields are {string.Join(", ", info.Properties.Select(p => p.Name))}";
        if (FieldName().IsMatch(unknown)) Add(name.Length == 0 ? unknown : $"{name}.{unknown}", $"is unknown; {known}");
        else Add(name.Length == 0 ? Body : name, $"has an unknown field; {known}");
    }

    private bool Reads(JsonElement value, Type type)
    {
        try
        {
            value.Deserialize(type, options);
            return true;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private void Add(string name, string error)
    {
        if (name.Length > 0) _errors.TryAdd(name, [error]);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex FieldName();
}
