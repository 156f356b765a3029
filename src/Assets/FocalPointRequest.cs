using Pipeline.Contracts;

namespace Pipeline.Assets;

/// <summary>A focal point as a client sends it: each from 0, the left or the top as a person sees the image, to 1.</summary>
public sealed record FocalPointRequest(double? X, double? Y)
{
    /// <summary>The errors of each field; none if the request is valid.</summary>
    /// <param name="field">Prefix of the field names, such as <c>focalPoint.</c>.</param>
    public IEnumerable<(string Field, string Error)> Errors(string field = "")
    {
        if (Error(X) is { } x) yield return ($"{field}x", x);
        if (Error(Y) is { } y) yield return ($"{field}y", y);
    }

    /// <summary>Only of one without errors. Adding zero makes one zero of the two that there are.</summary>
    public FocalPoint ToPoint() => new() { X = X!.Value + 0.0, Y = Y!.Value + 0.0 };

    // Written so that NaN fails too.
    private static string? Error(double? part) => part switch
    {
        null => "is required",
        >= 0 and <= 1 => null,
        _ => "must be 0 to 1",
    };
}
