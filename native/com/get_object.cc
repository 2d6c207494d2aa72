#include "com/get_object.h"

#include "com/com_failure.h"
#include "com/variant_read.h"

namespace hje {

CimObject GetObjectAt(Connection& connection, const GetObjectRequest& request) {
  constexpr char kOperation[] = "IWbemServices::GetObject";
  const Bstr path(request.path);
  ComPtr<IWbemClassObject> object;
  Check(
      connection.services()->GetObject(path.Get(), WBEM_FLAG_RETURN_WBEM_COMPLETE, nullptr, &object, nullptr),
      kOperation);
  if (object == nullptr) throw ProtocolFailure(kOperation, u"success without an object");
  return ReadObject(object.Get());
}

}  // namespace hje
