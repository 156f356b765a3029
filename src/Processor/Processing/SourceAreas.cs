using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Storage;

namespace Pipeline.Processor.Processing;

internal static class SourceAreas
{
    public static IObjectStore StoreOf(this StorageAreas areas, SourceArea area) => area switch
    {
        SourceArea.Incoming => areas.Incoming,
        SourceArea.Originals => areas.Originals,
        _ => throw new ProcessingFaultException(FailureCode.Internal, "The request names an area that this worker does not know."),
    };
}
