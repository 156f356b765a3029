using Pipeline.Contracts;

namespace Pipeline.UploadApi.Assets;

/// <summary>
/// A focal point as a client sends it: X from 0 at the left edge to 1, Y from 0 at the top edge to 1, as a person sees the image.
/// </summary>
public sealed record FocalPointRequest(double? X, double? Y)
{
    /// <summary>The validation errors by field.</summary>
    /// <param name="field">Prefix of the field names, such as <c>focalPoint.</c>.</param>
    internal IEnumerable<(string Field, string Error)> Errors(string field = "")
    {
        if (Error(X) is { } x) yield return ($"{field}x", x);
        if (Error(Y) is { } y) yield return ($"{field}y", y);
    }

    /// <summary>Call it only if there are no errors. Adding zero turns -0 into 0.</summary>
    internal FocalPoint ToPoint() => new() { X = X!.Value + 0.0, Y = Y!.Value + 0.0 };

    // This pattern refuses NaN, which a test for below 0 or above 1 would accept.
    private static string? Error(double? part) => part switch
    {
        null => "is required",
        >= 0 and <= 1 => null,
        _ => "must be 0 to 1",
    };
}
