using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Pipeline.Hosting;

/// <summary>Finds faults in bound options and reports each with its configuration key.</summary>
internal static class OptionsErrors
{
    /// <param name="unbound">
    /// Keys whose values could not be bound. They are skipped, because their properties hold defaults, not the operator's values.
    /// </param>
    public static IEnumerable<string> WrongValues(string path, object options, IReadOnlySet<string> unbound)
    {
        foreach (var property in options.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0))
        {
            var key = $"{path}:{property.Name}";
            if (unbound.Contains(key)) continue;
            var value = property.GetValue(options);
            var context = new ValidationContext(options) { MemberName = property.Name, DisplayName = key };
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
                if (rule.GetValidationResult(value, context) is { } wrong)
                    yield return Sentence(key, rule, value, wrong);
            if (value is not null && IsNested(property.PropertyType))
                foreach (var error in WrongValues(key, value, unbound))
                    yield return error;
        }

        if (options is IValidatableObject self)
            foreach (var result in self.Validate(new ValidationContext(options)))
                yield return result.ErrorMessage ?? $"`{path}` is not valid";
    }

    public static IEnumerable<string> UnknownKeys(IConfigurationSection section, Type type)
    {
        foreach (var child in section.GetChildren())
        {
            // Uri_FILE names the file that holds Uri.
            var name = SecretFiles.SettingOf(child);
            var property = type.GetProperties().FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                yield return $"`{child.Path}` is not a known setting; known are {string.Join(", ", type.GetProperties().Select(p => p.Name))}";
            }
            else if (IsNested(property.PropertyType))
            {
                foreach (var error in UnknownKeys(child, property.PropertyType)) yield return error;
            }
        }
    }

    /// <summary>Whether a property is a nested section rather than a value.</summary>
    public static bool IsNested(Type type) =>
        type.IsClass && type.Namespace?.StartsWith("Pipeline.", StringComparison.Ordinal) == true && !typeof(IEnumerable).IsAssignableFrom(type);

    private static string Sentence(string key, ValidationAttribute rule, object? value, ValidationResult wrong) => rule switch
    {
        RangeAttribute range => $"`{key}` must be {range.Minimum}–{range.Maximum}, was {value}",
        RequiredAttribute => $"`{key}` is missing",
        _ => wrong.ErrorMessage ?? $"`{key}` is not valid",
    };
}
