// What a record is sent as. Under ES256 that costs a signature, some tenths of a second to a second on a
// device, so a step makes one at most: between two of them what came down is taken and an alarm goes ahead.
// The acquisition loop has its slices of 20 ms meanwhile.

using Pulsegate.Batch;

namespace Pulsegate.Uplink;

public sealed partial class UplinkLoop
{
    /// <summary>ES256 signatures of stored records in one step, at most. What is left waits for the next
    /// step.</summary>
    public const int SignaturePerStepMax = 1;

    private byte[] _signedText;      // the newest that was signed, until the link has taken it
    private long _signedSequence;
    private int _signaturesLeft;

    private void BeginSigning() => _signaturesLeft = SignaturePerStepMax;

    // Null: not in this step.
    private byte[] TextOfRecord()
    {
        if (!_signer.IsEs256(_record.KeyVersion))
        {
            return Jws.ToText(_record, _device);
        }

        if (_signedText == null || _signedSequence != _record.Sequence)
        {
            if (_signaturesLeft == 0)
            {
                return null;
            }

            _signaturesLeft--;
            _signedSequence = _record.Sequence;
            _signedText = Jws.ToText(_record, _device, _signer);
        }

        return _signedText;
    }

    private void EndSigning(bool isTaken)
    {
        if (isTaken)
        {
            _signedText = null;
        }
        else
        {
            _signaturesLeft = 0;   // a link that is full takes no other record either
        }
    }
}
