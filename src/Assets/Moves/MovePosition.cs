using System.Globalization;

namespace Pipeline.Assets.Moves;

/// <summary>Where a move goes on. As text: the number of the prefix and the last key, separated by a bar, which no key has.</summary>
internal sealed record MovePosition(int Prefix = 0, string? After = null)
{
    public static MovePosition Read(string? text)
    {
        if (text?.Split('|') is not [var prefix, var after]) return new MovePosition();
        return new MovePosition(int.Parse(prefix, CultureInfo.InvariantCulture), after.Length == 0 ? null : after);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}|{After}");
}
