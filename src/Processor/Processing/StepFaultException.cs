namespace Pipeline.Processor.Processing;

/// <summary>An unexpected exception in a part of a step whose failure code is another than that of the step.</summary>
internal sealed class StepFaultException(string code, Exception inner) : Exception(inner.Message, inner)
{
    public string Code => code;

    /// <summary>Runs such a part.</summary>
    public static async Task<T> GuardAsync<T>(string code, Func<Task<T>> part, CancellationToken cancellationToken)
    {
        try
        {
            return await part();
        }
        catch (Exception e) when (e is not Imaging.ProcessingFaultException && !cancellationToken.IsCancellationRequested)
        {
            throw new StepFaultException(code, e);
        }
    }
}
