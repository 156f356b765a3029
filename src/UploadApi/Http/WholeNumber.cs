using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.UploadApi.Http;

/// <summary>
/// A whole number in a query, also written as <c>50.0</c> or <c>5e1</c>: JSON has one kind of number, and many languages write each with a
/// point.
/// </summary>
internal readonly record struct WholeNumber(int Value)
{
    // Called by the framework's parameter binding.
    public static bool TryParse(string? text, IFormatProvider? provider, out WholeNumber number)
    {
        var isWhole = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Is(value, int.MinValue, int.MaxValue);
        number = new WholeNumber(isWhole ? (int)value : 0);
        return isWhole;
    }

    internal static bool Is(decimal value, decimal min, decimal max) => decimal.IsInteger(value) && value >= min && value <= max;
}

/// <summary>The same in a body: <c>216202.0</c> is the number 216202; <c>1.5</c> is refused.</summary>
internal static class WholeNumberConverters
{
    public static void AddWholeNumbers(this IList<JsonConverter> converters)
    {
        converters.Add(new Long());
        converters.Add(new Int());
    }

    private static decimal Read(ref Utf8JsonReader reader, decimal min, decimal max) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var value) && WholeNumber.Is(value, min, max) ? value : throw new JsonException();

    private sealed class Long : JsonConverter<long>
    {
        public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            (long)WholeNumberConverters.Read(ref reader, long.MinValue, long.MaxValue);

        public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }

    private sealed class Int : JsonConverter<int>
    {
        public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            (int)WholeNumberConverters.Read(ref reader, int.MinValue, int.MaxValue);

        public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}
