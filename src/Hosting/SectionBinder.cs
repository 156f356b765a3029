using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Hosting;

/// <summary>Binds a section key by key, so that one value of a wrong type does not hide other errors.</summary>
internal static class SectionBinder
{
    public static void Bind(IConfigurationSection section, object options)
    {
        foreach (var _ in BindEach(section, options))
        {
            // The validator reports the errors; it binds once more to a discarded copy.
        }
    }

    /// <summary>The values that cannot be bound, each with its key.</summary>
    public static IEnumerable<(string Key, string Error)> Errors(IConfigurationSection section, object options) =>
        BindEach(section, Activator.CreateInstance(options.GetType())!);

    private static IEnumerable<(string Key, string Error)> BindEach(IConfigurationSection section, object options)
    {
        foreach (var property in options.GetType().GetProperties().Where(p => p.CanWrite))
        {
            var part = section.GetSection(property.Name);
            if (!part.Exists()) continue;
            if (OptionsErrors.IsNested(property.PropertyType))
            {
                foreach (var error in BindNested(part, property, options)) yield return error;
            }
            else if (Bound(part, property.PropertyType, out var value))
            {
                property.SetValue(options, value);
            }
            else
            {
                yield return (part.Path, Sentence(part, property));
            }
        }
    }

    // Bind to the existing object, so that a section changes only the keys that it sets.
    private static IEnumerable<(string Key, string Error)> BindNested(IConfigurationSection part, PropertyInfo property, object options)
    {
        if (!string.IsNullOrEmpty(part.Value)) yield return (part.Path, $"`{part.Path}` must be a section, not a value");
        var nested = property.GetValue(options) ?? Activator.CreateInstance(property.PropertyType)!;
        property.SetValue(options, nested);
        foreach (var error in BindEach(part, nested)) yield return error;
    }

    private static string Sentence(IConfigurationSection part, PropertyInfo property) => property.GetCustomAttribute<SecretAttribute>() is { } secret
        ? $"`{part.Path}` must be {secret.Form ?? Kind(property.PropertyType)}"
        : $"`{part.Path}` must be {Kind(property.PropertyType)}, was '{Credentials.Hide(part.Value)}'";

    private static bool Bound(IConfigurationSection part, Type type, out object? value)
    {
        try
        {
            value = part.Get(type);
            return value is not null;
        }
        catch (InvalidOperationException)
        {
            // The binder throws this if the text does not fit the type.
            value = null;
            return false;
        }
    }

    private static string Kind(Type type) => type == typeof(TimeSpan) ? "a time as hh:mm:ss" : type == typeof(Uri) ? "an address" : Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Int32 or TypeCode.Int64 => "a whole number",
        TypeCode.Double or TypeCode.Decimal => "a number",
        TypeCode.Boolean => "true or false",
        _ when type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type) => "a list",
        _ => $"a valid {type.Name}",
    };
}
