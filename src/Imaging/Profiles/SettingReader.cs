using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Pipeline.Imaging.Profiles;

/// <summary>
/// Reads single configuration values and collects one sentence for each invalid value. Instead of an invalid value it returns one that passes
/// every rule, so that the same value is not reported twice.
/// </summary>
internal sealed class SettingReader
{
    public List<string> Faults { get; } = [];

    public int Whole(IConfigurationSection value) =>
        int.TryParse(value.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : Fault(value, "must be a whole number", 1);

    public double Part(IConfigurationSection value) =>
        double.TryParse(value.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : Fault(value, "must be a number like 0.5", 1.0);

    public bool YesOrNo(IConfigurationSection value) =>
        bool.TryParse(value.Value, out var yes) ? yes : Fault(value, "must be true or false", false);

    public Box Box(IConfigurationSection value) =>
        Profiles.Box.TryParse(value.Value, out var box) ? box : Fault(value, "must be a box like 64x64", new Box(1, 1));

    public T OneOf<T>(IConfigurationSection value, T instead)
        where T : struct, Enum =>
        Enum.GetNames<T>().FirstOrDefault(name => string.Equals(name, value.Value, StringComparison.OrdinalIgnoreCase)) is { } known
            ? Enum.Parse<T>(known)
            : Fault(value, $"must be one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}", instead);

    public T Unknown<T>(IConfigurationSection value, string owner, T instead)
    {
        Faults.Add($"`{value.Path}` is not a setting of {owner}");
        return instead;
    }

    private T Fault<T>(IConfigurationSection value, string rule, T instead)
    {
        Faults.Add($"`{value.Path}` {rule}, was '{value.Value}'");
        return instead;
    }
}
