using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Cli.Capacity;

/// <summary>What one upload costs each part, as <c>./bench.sh capacity</c> measures it. The costs grow with the megapixels along a line.</summary>
/// <param name="Source">Which machine, and when.</param>
/// <param name="Worker">CPU-seconds of a worker and its decoders.</param>
/// <param name="Scanner">CPU-seconds of clamd with the signatures that it had.</param>
/// <param name="Api">CPU-seconds of the API.</param>
/// <param name="Database">CPU-seconds of PostgreSQL.</param>
/// <param name="Broker">CPU-seconds of RabbitMQ.</param>
/// <param name="WalBytes">Bytes that the database writes ahead.</param>
/// <param name="Messages">Messages through the broker.</param>
/// <param name="ClassA">Writes and listings at the store.</param>
/// <param name="ClassB">Reads at the store.</param>
/// <param name="OriginalBytes">Bytes of the file.</param>
/// <param name="VariantBytes">Bytes of all variants.</param>
sealed record CapacityRates(
    string Source, Line Worker, Line Scanner, Line Api, Line Database, Line Broker, Line WalBytes, Line Messages, Line ClassA, Line ClassB, Line OriginalBytes, Line VariantBytes)
{
    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Reads a file of <c>./bench.sh capacity</c>.</summary>
    public static CapacityRates Read(string path)
    {
        try
        {
            var rates = JsonSerializer.Deserialize<CapacityRates>(File.ReadAllText(path), Reading);
            return rates is not null && rates.Lines.All(line => line.IsCost) ? rates : throw CliFailure.Usage($"{path} has figures that no measurement gives. Measure again: ./bench.sh capacity");
        }
        catch (JsonException e)
        {
            throw CliFailure.Usage($"{path} is not a file of ./bench.sh capacity (line {e.LineNumber + 1}): {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliFailure.Usage($"Cannot read the measured rates: {e.Message}");
        }
    }

    private IEnumerable<Line> Lines => [Worker, Scanner, Api, Database, Broker, WalBytes, Messages, ClassA, ClassB, OriginalBytes, VariantBytes];
}

/// <summary>A cost: a part for each upload, and a part for each megapixel.</summary>
sealed record Line(double Base, double PerMegapixel = 0)
{
    public double At(double megapixels) => Base + (PerMegapixel * megapixels);

    [JsonIgnore]
    public bool IsCost => double.IsFinite(Base) && double.IsFinite(PerMegapixel) && Base is >= 0 and < 1e12 && PerMegapixel is >= 0 and < 1e12;
}
