namespace Pipeline.Assets.Streams;

/// <summary>Counts the streams that each user holds open. API instances that share a database count together.</summary>
public interface IStreamSlots
{
    /// <summary>Takes a slot for one stream.</summary>
    /// <param name="caller">Opens the stream.</param>
    /// <param name="most">Streams that the caller may hold open.</param>
    /// <returns>Frees the slot when it is disposed; null if the caller has all slots already.</returns>
    ValueTask<IAsyncDisposable?> TryTakeAsync(Caller caller, int most);
}
